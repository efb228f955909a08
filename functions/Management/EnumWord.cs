using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Management;

/// <summary>An enumeration's member as a word such as <c>version_number</c>; its number is refused.</summary>
internal sealed class EnumWord<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
