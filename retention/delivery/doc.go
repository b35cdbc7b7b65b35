// Package delivery hands messages to the outside: e-mail by SMTP, texts to an HTTP gateway. It decides one thing: whether
// a handover that went wrong has surely not happened, will never happen, or may have happened.
package delivery
