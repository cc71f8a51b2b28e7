// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.task;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.secmoe.model.layers.ModelDescription;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.Cost;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * The registrator for {@code spark.kryo.registrator}: it registers the classes of SecMoE that may
 * cross tasks. All of them are public values or the client's own plaintext. Records need
 * serialisers of their own, because Kryo's cannot make them. Shares, keys and handles are not here,
 * so {@code spark.kryo.registrationRequired} refuses them.
 */
public final class SecMoeKryo implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(Cost.class, new Costs());
    kryo.register(Cost[].class);
    kryo.register(AttemptReport.class, new Reports());
    kryo.register(AttemptReport[].class);
    kryo.register(ModelDescription.class, new Models());
    kryo.register(float[].class);
    kryo.register(float[][].class);
    kryo.register(ArrayList.class);
    SparkClasses.NAMES.forEach(name -> kryo.register(SparkClasses.load(name)));
  }

  private static final class Costs extends Serializer<Cost> {
    @Override
    public void write(Kryo kryo, Output out, Cost cost) {
      out.writeString(cost.layer());
      out.writeString(cost.step());
      out.writeLong(cost.toServer());
      out.writeLong(cost.toClient());
      out.writeDouble(cost.rounds());
      out.writeDouble(cost.seconds());
    }

    @Override
    public Cost read(Kryo kryo, Input in, Class<Cost> type) {
      return new Cost(
          in.readString(),
          in.readString(),
          in.readLong(),
          in.readLong(),
          in.readDouble(),
          in.readDouble());
    }
  }

  private static final class Reports extends Serializer<AttemptReport> {
    @Override
    public void write(Kryo kryo, Output out, AttemptReport report) {
      AttemptReport.Batch batch = report.batch();
      out.writeInt(batch.partition());
      out.writeInt(batch.index());
      out.writeInt(batch.rows());
      out.writeInt(batch.length());
      out.writeInt(batch.capacity());
      out.writeLong(report.epoch());
      out.writeLong(report.times().started());
      out.writeLong(report.times().granted());
      out.writeLong(report.times().ended());
      out.writeString(report.keyFingerprint());
      out.writeString(report.loss());
      kryo.writeObject(out, report.costs().toArray(Cost[]::new));
    }

    @Override
    public AttemptReport read(Kryo kryo, Input in, Class<AttemptReport> type) {
      return new AttemptReport(
          new AttemptReport.Batch(
              in.readInt(), in.readInt(), in.readInt(), in.readInt(), in.readInt()),
          in.readLong(),
          new AttemptReport.Times(in.readLong(), in.readLong(), in.readLong()),
          in.readString(),
          in.readString(),
          List.of(kryo.readObject(in, Cost[].class)));
    }
  }

  private static final class Models extends Serializer<ModelDescription> {
    @Override
    public void write(Kryo kryo, Output out, ModelDescription model) {
      byte[] json = model.toJson();
      out.writeInt(json.length, true);
      out.writeBytes(json);
    }

    @Override
    public ModelDescription read(Kryo kryo, Input in, Class<ModelDescription> type) {
      return ModelDescription.fromJson(in.readBytes(in.readInt(true)));
    }
  }
}
