package io.secmoe.spark.client;

import java.io.Serializable;

/** A task's last word to the driver: repeating it cannot help. */
record GivingUp(int stage, String message) implements Serializable {}
