"""The verbs of propensity: learning, publishing, the week's list, marks and answers."""
