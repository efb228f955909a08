using Azure;
using Microsoft.AspNetCore.Http;
using Serverless.Storage;

namespace Serverless.Management;

/// <summary>What calls share whose failures are told as problems, whoever makes them.</summary>
internal static class PublicApi
{
    /// <summary>Answers a call, or says that the storage cannot be reached or is written to by too many at once.</summary>
    public static async Task<IResult> AnswerAsync(Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (Exception e) when (StorageFault.IsUnavailable(e) || (e is RequestFailedException fault && StorageFault.IsConflict(fault)))
        {
            return Problem.StorageUnavailable.ToHttp();
        }
    }
}
