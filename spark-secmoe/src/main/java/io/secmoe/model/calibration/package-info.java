/** Calibration: measures how large a model's values become, and chooses scales and primes. */
package io.secmoe.model.calibration;
