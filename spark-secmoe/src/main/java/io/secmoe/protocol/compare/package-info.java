/** Comparisons of shared values: the millionaires' protocol and what follows from it. */
package io.secmoe.protocol.compare;
