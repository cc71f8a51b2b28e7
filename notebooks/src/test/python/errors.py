"""What the analyzer refuses reaches PySpark, through Spark Connect, as an AnalysisException with SecMoE's text."""

from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

REFUSED = {
    "SELECT secmoe_label(tokens, 1) FROM digits": "secmoe_label takes one argument, the features or tokens, not 2",
    "SELECT * FROM secmoe_infer_table(TABLE(digits), 'token')": "there is no column 'token'; the input has id",
    "SELECT * FROM secmoe_infer_table(TABLE(digits), 'tokens')": "give the added one another name with the argument label => 'name'",
    "SELECT * FROM secmoe_infer_table(TABLE(digits), 'tokens', lable => 'x')": "secmoe_infer_table has no argument 'lable'",
    "SELECT secmoe_embed(tokens) FROM digits": "secmoe_embed has no embeddings to give",
}

spark = SparkSession.builder.getOrCreate()
spark.read.parquet("digits/digits.parquet").createOrReplaceTempView("digits")
for query, text in REFUSED.items():
    try:
        spark.sql(query).schema
    except AnalysisException as error:
        assert text in str(error), f"{query}: {error}"
        assert error.getCondition() is not None and text in error.getMessageParameters()["errorMessage"]
    else:
        raise AssertionError(f"{query} is not refused")
