/**
 * Protocols on shares that use oblivious transfer: AND, multiplexer, conversion, rescale, reveal.
 */
package io.secmoe.protocol.share;
