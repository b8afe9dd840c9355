# A container of one engine.
# hint: a-container
# step: create
docker run -d --name helloworld ubuntu sleep 1d
