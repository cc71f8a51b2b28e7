/**
 * The sparse Mixture-of-Experts layer: routing, Select-Then-Compute, and the all-experts baseline.
 */
package io.secmoe.moe;
