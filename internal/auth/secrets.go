package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
)

// SecretKey is the key under which secrets lie in the database (AES-256). It comes from SAVELINE_SECRET_KEY and never
// enters the database: a stolen dump alone opens nothing.
type SecretKey [32]byte

// NewSecretKey makes a random key.
func NewSecretKey() SecretKey {
	var k SecretKey
	_, _ = rand.Read(k[:]) // crypto/rand never fails
	return k
}

// Box seals secrets with AES-256-GCM. A secret is bound to its place (a table, column and row): a ciphertext copied to
// another row does not open there.
type Box struct{ aead cipher.AEAD }

// NewBox returns the box of k.
func NewBox(k SecretKey) Box {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		panic(err) // the key's length is in its type
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has the block size GCM wants
	}
	return Box{aead}
}

// Seal encrypts secret for its place ("users.totp_secret:7"): a random nonce, then the ciphertext.
func (b Box) Seal(secret []byte, place string) []byte {
	nonce := make([]byte, b.aead.NonceSize())
	_, _ = rand.Read(nonce) // crypto/rand never fails
	return b.aead.Seal(nonce, nonce, secret, []byte(place))
}

// Open decrypts what Seal made for the same place under the same key.
func (b Box) Open(sealed []byte, place string) ([]byte, error) {
	n := b.aead.NonceSize()
	if len(sealed) < n {
		return nil, fmt.Errorf("secret at %s: too short", place)
	}
	secret, err := b.aead.Open(nil, sealed[:n], sealed[n:], []byte(place))
	if err != nil {
		return nil, fmt.Errorf("secret at %s: %w (was SAVELINE_SECRET_KEY changed?)", place, err)
	}
	return secret, nil
}
