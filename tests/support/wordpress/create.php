<?php
// An empty database for WordPress. Argument: MariaDB's socket.
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
(new mysqli('localhost', 'root', '', '', 0, $argv[1]))
    ->query('CREATE DATABASE wordpress CHARACTER SET utf8mb4');
