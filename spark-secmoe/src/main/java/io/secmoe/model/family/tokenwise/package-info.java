/** Token-wise models, in a format of SecMoE's own. */
package io.secmoe.model.family.tokenwise;
