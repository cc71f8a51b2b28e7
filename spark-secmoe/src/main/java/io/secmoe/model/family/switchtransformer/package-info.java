/** Encoders of Switch Transformers, as HuggingFace's library saves them. */
package io.secmoe.model.family.switchtransformer;
