/**
 * What the notebooks need around them: a model server, a Spark Connect server, a Python
 * environment, pictures for the Java kernel.
 */
package io.secmoe.lab;
