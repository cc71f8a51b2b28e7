/** Where a client starts from text: a model's tokenizer, at home. */
package io.secmoe.tokenizer;
