package commissions

import "crypto/sha256"

// merkle is the root of a Merkle tree over leaves that come one by one, as RFC 6962 section 2.1 hashes it. It keeps one
// hash for each level of the tree, however many leaves there are.
type merkle struct {
	peaks  [][sha256.Size]byte // roots of full subtrees, the largest first
	leaves int64
}

func (m *merkle) add(leaf []byte) {
	node := sha256.Sum256(append([]byte{0}, leaf...))
	for n := m.leaves; n&1 == 1; n >>= 1 {
		last := len(m.peaks) - 1
		node = merkleNode(m.peaks[last], node)
		m.peaks = m.peaks[:last]
	}
	m.peaks = append(m.peaks, node)
	m.leaves++
}

func merkleNode(left, right [sha256.Size]byte) [sha256.Size]byte {
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

// root is the hash of the whole; of no leaves, it is the hash of nothing.
func (m *merkle) root() []byte {
	if m.leaves == 0 {
		none := sha256.Sum256(nil)
		return none[:]
	}
	node := m.peaks[len(m.peaks)-1]
	for i := len(m.peaks) - 2; i >= 0; i-- {
		node = merkleNode(m.peaks[i], node)
	}
	return node[:]
}
