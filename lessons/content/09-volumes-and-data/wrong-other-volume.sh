# The volume's name lacks the project's.
# hint: not-all
# step: backup
mkdir -p backup/data
echo nothing > backup/data/rows
docker run --rm -v data:/data -v ./backup:/backup busybox cp -r /data /backup
