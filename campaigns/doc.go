// Package campaigns decides who is called and when: people and their phones, campaigns and their windows, lists,
// leads, imports, do-not-call, reservation, the gate before every dial, and what becomes of a lead afterwards.
package campaigns
