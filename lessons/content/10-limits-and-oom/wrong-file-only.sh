# The file is changed, and nothing is done.
# hint: file-only
# step: limit
sed -i 's/    image: busybox/    image: busybox\n    mem_limit: 20m/' compose.yaml
