/** Models: safetensors, the layer list, calibration, digest, plaintext references, and the walk over the layers. */
package io.secmoe.model;
