/** Comparisons of shared values: the millionaires' protocol, signs, thresholds and range checks. */
package io.secmoe.protocol.compare;
