<%@ page contentType="text/html; charset=UTF-8" %><!DOCTYPE html>
<html lang="en"><head><title>The shop is open</title></head>
<body><h1>The shop is open</h1><p id="sum"><%= java.util.stream.IntStream.rangeClosed(1, 100).sum() %></p></body></html>
