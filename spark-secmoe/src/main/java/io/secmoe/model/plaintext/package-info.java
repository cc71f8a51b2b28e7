/** Plaintext arithmetic in double precision, from which families build their references. */
package io.secmoe.model.plaintext;
