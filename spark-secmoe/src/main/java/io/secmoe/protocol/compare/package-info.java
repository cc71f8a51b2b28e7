/** Comparisons of shared values: the millionaires' protocol and protocols built on it. */
package io.secmoe.protocol.compare;
