// Package sipua is the SIP user agent: phone.UserAgent over UDP and TCP.
package sipua
