// Package story holds prepared states of the desk, each a moment of a
// secretary's day: an empty desk, three calls at once, a full disk. Tests draw
// them and read them; drawn to pictures they are what a person looks at to judge
// the window.
package story
