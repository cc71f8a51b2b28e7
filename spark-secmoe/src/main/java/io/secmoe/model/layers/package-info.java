/** The public description of a model, which both parties walk, and the rows that it takes. */
package io.secmoe.model.layers;
