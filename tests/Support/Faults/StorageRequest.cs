namespace Serverless.Tests.Support.Faults;

public enum StorageService
{
    Blob,
    Queue,
    Table,
}

/// <summary>An operation that came through the proxy.</summary>
/// <param name="Method">The HTTP method as sent: <c>PUT</c>.</param>
/// <param name="Path">
/// Within the account and still encoded: <c>uploads/com.example.app/production/1.4.1.zip</c>. Never the query, which may be a SAS.
/// </param>
/// <param name="Component">The query's <c>comp</c>, which tells operations of one method apart: <c>block</c>, <c>lease</c>; else null.</param>
public sealed record StorageRequest(StorageService Service, string Method, string Path, string? Component)
{
    /// <summary>Whether it may change what is stored. Receiving queue messages is not among these, although it hides them for a while.</summary>
    public bool IsWrite => Method is not ("GET" or "HEAD" or "OPTIONS");

    /// <summary>The container, queue or table: the first segment of the path, a table's key cut off.</summary>
    public string Container => Path.Split('/', '(')[0];

    /// <summary>What to count by: <c>Blob PUT block</c>, <c>Table POST</c>.</summary>
    public string Kind => Component is null ? $"{Service} {Method}" : $"{Service} {Method} {Component}";

    public override string ToString() => $"{Kind} {Path}";
}
