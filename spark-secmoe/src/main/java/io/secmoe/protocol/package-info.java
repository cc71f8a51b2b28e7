/** One file per protocol, both sides of the conversation next to each other. */
package io.secmoe.protocol;
