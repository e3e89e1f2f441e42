//! The rules of the decision, each as a property of random plants.
