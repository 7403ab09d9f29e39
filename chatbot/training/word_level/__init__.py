"""Word-level language modelling by the published convention: Penn Treebank and WikiText-2 from scratch."""
