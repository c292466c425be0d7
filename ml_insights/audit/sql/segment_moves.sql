-- Who is in another segment than at the end of the month before; who had not bought by then is not counted.
SELECT count(*) AS moved FROM segment_members
WHERE release_id = :release AND came_from <> '' AND came_from <> segment
