/** Plaintext arithmetic in double precision, which references of families are made of. */
package io.secmoe.model.plaintext;
