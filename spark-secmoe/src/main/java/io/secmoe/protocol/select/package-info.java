/** Protocols that find the largest value, the k largest values, and their positions. */
package io.secmoe.protocol.select;
