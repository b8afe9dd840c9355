# The port in the container instead of the host's.
# hint: wrong-port
# step: use
curl -d item=milk http://localhost:8080/items
