/** The client's start from text: a model's tokenizer, on the client's own machine. */
package io.secmoe.tokenizer;
