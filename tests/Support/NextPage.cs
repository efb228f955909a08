using System.Buffers.Text;
using System.Text;
using Serverless.Management;

namespace Serverless.Tests.Support;

/// <summary>Follows lists as callers do: the <c>next</c> of a page is the <c>after</c> of the one behind it.</summary>
internal static class NextPage
{
    /// <param name="limit">Most entries.</param>
    /// <param name="next">Of the page before; null for the first page.</param>
    public static Page Of(int limit, string? next) => new(limit, next is null ? null : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(next)));
}
