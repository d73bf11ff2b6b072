// Package secret keeps passwords: in the keyring of the operating system where
// there is one that works, otherwise in a file of the data folder that only its
// owner can read. They are never in the database, an export or a log.
//
// A keyring belongs to a person and not to a folder, so the entries are named
// after the folder: two desks of one person do not share passwords.
package secret
