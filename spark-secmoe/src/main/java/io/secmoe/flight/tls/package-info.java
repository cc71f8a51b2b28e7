/** Identities of parties: key stores, trust stores, fingerprints of certificates. */
package io.secmoe.flight.tls;
