/** Calibration: it measures the magnitudes of a model's values, and chooses scales and primes. */
package io.secmoe.model.calibration;
