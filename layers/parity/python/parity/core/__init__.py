"""The rules of the product: plain functions and frozen values that know neither HTTP nor DynamoDB."""
