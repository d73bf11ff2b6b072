// Package exchange brings a bureau in and out of a desk as one YAML file that
// people read and write: the operator, the lines, the mail settings, the workplace
// with its partners and forwards, and the clients with everything on their cards.
// Messages, appointments and the journal are not in it. Nor are sounds: a card
// names them by their IDs, and the files lie beside in a folder of their own.
//
//	permanence: 1
//	operator:
//	  name: Claire Martin
//	lines:
//	  - user: "0561123456"
//	    domain: sip.example.fr
//	    password: only ever read
//	    transport: tls
//	    numbers: ["05 61 12 34 57"]
//	desk:
//	  address: "3 rue des Arts, 31000 Toulouse"
//	  forwards:
//	    - {when: no-answer, after: 20, to: "06 12 34 56 78", hours: {lun-ven: 12-14}}
//	clients:
//	  - name: Maître Durand
//	    dids: ["05 61 12 34 56"]
//	    greetings:
//	      - text: Cabinet de Maître Durand, bonjour !
//	        hours: "08:00-19:00"
//	    voice:
//	      machines:
//	        - {when: always, closed: true, greeting: 019aa1f2-5c1e-7d3a-9b64-2f0c8e5d7a10}
//	    hours:
//	      lun-ven: "09:00-12:30, 14:00-18:00"
//	    agenda:
//	      duration: 20
//	      hours: {mar: "09:00-12:00"}
//
// Promises:
//
//   - Read tells all that is wrong, each with its line, and nothing of a file
//     with a problem is imported.
//   - Import is one transaction: all of the file, or nothing.
//   - An import adds and replaces; it never takes away what the file does not
//     mention. A client's key that is there but empty does clear the field.
//   - Importing the same file again changes nothing.
//   - What Export writes, Read gives back whole. Passwords are the exception:
//     they are read, for who sets up a desk by file, and never written.
package exchange
