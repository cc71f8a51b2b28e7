/** Private inference of a batch: both parties walk the layers of a model. */
package io.secmoe.model.inference;
