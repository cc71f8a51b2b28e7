/**
 * The surroundings of the notebooks: a model server, a Spark Connect server, a Python environment,
 * pictures for the Java kernel.
 */
package io.secmoe.lab;
