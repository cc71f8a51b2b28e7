/** Fixed-point numbers, moduli, and off-heap vectors of shares with their bit-packing. */
package io.secmoe.ring;
