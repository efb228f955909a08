using Azure;
using Microsoft.AspNetCore.Http;
using Serverless.Storage;

namespace Serverless.Management;

/// <summary>What every function below <c>/api/manage</c> shares, and other calls of people and scripts with them.</summary>
internal static class ManagementApi
{
    /// <summary>The route of an app; the routes of what belongs to it begin with it.</summary>
    public const string App = "manage/apps/{app}";

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
