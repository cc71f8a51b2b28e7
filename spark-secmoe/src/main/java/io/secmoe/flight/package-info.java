/** Conversations over Arrow Flight with mutual TLS: the only package that knows Flight. */
package io.secmoe.flight;
