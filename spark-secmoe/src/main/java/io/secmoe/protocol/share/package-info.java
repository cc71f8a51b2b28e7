/** Protocols on shares by oblivious transfer: AND, multiplexer, conversion, rescale, reveal. */
package io.secmoe.protocol.share;
